// Modal dialogs. The browser's own element traps the focus, closes on Esc and gives the focus back.

import { button, el } from "./dom.js";

/** Show `content` as a modal; it is removed when it closes. */
export function openDialog(label, content, kind = "sheet") {
  const dialog = el("dialog", { class: kind, "aria-label": label }, content);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("mousedown", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Ask before something that cannot be undone. Resolves to the answer. */
export function confirm(title, text, verb) {
  return new Promise((resolve) => {
    const yes = button(verb, () => dialog.close("yes"), { kind: "danger" });
    const no = button("Cancel", () => dialog.close(""), { autofocus: true });
    const dialog = openDialog(
      title,
      [el("h2", {}, title), el("p", {}, text), el("footer", {}, no, yes)],
      "sheet small",
    );
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
  });
}
