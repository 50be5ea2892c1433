// Before the first paint, so that a chosen theme does not flash. A classic script: modules come too late.
try {
  const theme = JSON.parse(localStorage.getItem("parley:theme"));
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No memory: the system's theme.
}
