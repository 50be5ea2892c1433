// The token becomes a cookie that scripts cannot read, and is forgotten here.

const form = document.getElementById("sign-in");
const token = document.getElementById("token");
const problem = document.getElementById("problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  const body = JSON.stringify({ token: token.value });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/admin/sign-in", { method: "POST", headers, body, cache: "no-store" }).catch(() => null);
  token.value = "";
  if (answer?.ok) return location.reload();
  const told = await answer?.json().catch(() => null);
  problem.textContent = told?.error?.message ?? "Parley cannot be reached. Is it still running?";
  token.focus();
});
