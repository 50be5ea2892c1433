// The door to what the operator may see. A session that is over leads to the page on which one signs in.

import { ApiError } from "../api.js";

const csrf = document.querySelector('meta[name="csrf"]').content;

/** Ask for JSON below /admin/. Raises ApiError. */
export async function ask(path, method = "GET", json) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-Parley-Token"] = csrf;
  if (json) headers["Content-Type"] = "application/json";
  const body = json ? JSON.stringify(json) : undefined;
  const answer = await fetch(`/admin/${path}`, { method, headers, body, cache: "no-store" }).catch(() => null);
  if (!answer) throw new ApiError(0, { message: "Parley cannot be reached. Is it still running?" });
  if (answer.ok) return answer.json();
  if (answer.status === 401) location.reload();
  throw new ApiError(answer.status, (await answer.json().catch(() => ({}))).error);
}

export const table = (name, state) => ask(`api/${name}?${state}`);
