// The session is over: say so, and what to do. Drafts are kept in this browser.

import { button, el } from "./dom.js";

export function watchSession() {
  addEventListener("parley:signed-out", () => {
    if (document.querySelector(".signed-out")) return;
    const box = el(
      "dialog",
      { class: "sheet signed-out", "aria-labelledby": "signed-out-title" },
      el("h2", { id: "signed-out-title" }, "Open the link again"),
      el(
        "p",
        {},
        "Your session has ended. Open the link that ",
        el("code", {}, "parley run"),
        " printed when it started.",
      ),
      el("p", { class: "note" }, "What was said is kept, and so are your drafts."),
      el(
        "footer",
        {},
        button("Try again", () => location.reload(), { kind: "primary" }),
      ),
    );
    box.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(box);
    box.showModal();
  });
}
