// Who one acts as: moderator or member, with a name if one likes. Kept in this browser, sent with every request.

import { byId, el, icon } from "./dom.js";
import { keep, recall } from "./keep.js";
import { store } from "./store.js";

const STANDINGS = { moderator: "Moderator", member: "Member" };

/** The `as` of the machine interface. */
export function actor() {
  const name = store.get("name").trim();
  return name ? `${store.get("as")}:${name}` : store.get("as");
}

/** The name under which one's messages appear. */
export const shownName = () => store.get("name").trim() || STANDINGS[store.get("as")];

export function startIdentity(offered) {
  const standings = Object.keys(STANDINGS).filter((standing) => offered.includes(standing));
  const known = recall("identity", {});
  store.set({
    as: standings.includes(known.as) ? known.as : (standings[0] ?? "member"),
    name: String(known.name ?? ""),
  });
  drawCard(standings);
  store.watch(["as", "name"], () => {
    keep("identity", { as: store.get("as"), name: store.get("name") });
    drawButton();
  });
}

function drawButton() {
  const as = store.get("as");
  byId("identity").replaceChildren(icon(as), el("span", { class: "who" }, shownName()));
  byId("identity").setAttribute(
    "aria-label",
    `Acting as ${STANDINGS[as]}${store.get("name") ? `, ${shownName()}` : ""}`,
  );
  byId("said-as").textContent = `as ${shownName()}${store.get("name") ? ` (${as})` : ""}`;
}

function drawCard(standings) {
  byId("standings").replaceChildren(
    ...standings.map((standing) =>
      el(
        "label",
        {},
        el("input", {
          type: "radio",
          name: "standing",
          value: standing,
          checked: store.get("as") === standing,
          onchange: () => store.set({ as: standing }),
        }),
        el("span", {}, icon(standing), STANDINGS[standing]),
      ),
    ),
  );
  const field = byId("identity-name");
  field.value = store.get("name");
  field.addEventListener("change", () => store.set({ name: field.value.trim() }));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    store.set({ name: field.value.trim() });
    byId("identity-card").hidePopover();
    byId("text").focus();
  });
}
