// The one door to Parley's machine interface: the CSRF token, errors as sentences, one retry where it is safe.

let csrf = document.querySelector('meta[name="csrf"]').content;

/** What went wrong, in a sentence that may be shown. `status` 0: the server was not reached. */
export class ApiError extends Error {
  constructor(status, { code = "unknown", message, field } = {}, retryAfter = 0) {
    super(message || `Parley answered with an error (${status}).`);
    Object.assign(this, { status, code, field, retryAfter });
  }

  /** Whether the same request may go through later. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Ask; returns the JSON. Raises ApiError. A session that is over is told to the whole page. */
async function call(method, path, { json, form, key, retried = false } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-Parley-Token"] = csrf;
  if (key) headers["Idempotency-Key"] = key;
  if (json) headers["Content-Type"] = "application/json";
  const answer = await reach(path, {
    method,
    headers,
    body: json ? JSON.stringify(json) : form,
    cache: "no-store",
  });
  if (answer.ok) return answer.status === 204 ? {} : answer.json();
  const error = await failure(answer);
  if (error.status === 401) dispatchEvent(new Event("parley:signed-out"));
  if (error.code === "csrf" && !retried) {
    await me();
    return call(method, path, { json, form, key, retried: true });
  }
  throw error;
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new ApiError(0, { code: "unreachable", message: "Parley cannot be reached. Is it still running?" });
  }
}

async function failure(answer) {
  const body = await answer.json().catch(() => ({}));
  return new ApiError(answer.status, body.error, Number(answer.headers.get("Retry-After")) || 0);
}

const inRoom = (room, rest) => `/api/rooms/${encodeURIComponent(room)}/${rest}`;

/** JSON, or multipart when there are files: the interface takes both. */
function payload(fields, files, key) {
  if (!files.length) return { json: fields, key };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    form.append(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  for (const file of files) form.append("files", file, file.name || "picture.png");
  return { form, key };
}

export async function me() {
  const answer = await call("GET", "/api/me");
  csrf = answer.csrf;
  return answer;
}

export const rooms = async () => (await call("GET", "/api/rooms")).rooms;

export async function commands() {
  const answer = await call("GET", "/api/commands");
  return Array.isArray(answer) ? answer : answer.commands;
}

/** The `limit` messages that come last before an id, oldest first; `more`: whether there may be earlier ones. */
export const messages = (room, before, limit, as) =>
  call("GET", inRoom(room, `messages?${new URLSearchParams({ before, limit, as })}`));

export const say = (room, { text, as, files = [], key }) =>
  call("POST", inRoom(room, "messages"), payload({ text, as }, files, key));

export const command = (room, path, { options, as, files = [], key }) =>
  call("POST", inRoom(room, `commands/${path}`), payload({ options, as }, files, key));

/** The options that make sense beside those that are chosen. */
export const params = async (room, path, options, as) =>
  (await call("POST", inRoom(room, `params/${path}`), { json: { options, as } })).params;

export const complete = (room, path, param, typed, as) =>
  call("GET", inRoom(room, `complete/${path}?${new URLSearchParams({ param, typed, as })}`));

export const act = (room, verb, target, as) =>
  call("POST", inRoom(room, "actions"), { json: { verb, target, as } });

/** What one thinks of a room's answers: 1 or -1, by message id. */
export const ratings = async (room, as) =>
  (await call("GET", inRoom(room, `ratings?${new URLSearchParams({ as })}`))).ratings;

export const rate = (room, id, value, as) =>
  call("PUT", inRoom(room, `messages/${id}/rating`), { json: { value, as } });

export const personas = async (as) =>
  (await call("GET", `/api/personas?${new URLSearchParams({ as })}`)).personas;

export const run = (id, as) => call("GET", `/api/runs/${id}?${new URLSearchParams({ as })}`);

export const remove = (room, id, as) =>
  call("DELETE", inRoom(room, `messages/${id}?as=${encodeURIComponent(as)}`));

export const eventsAddress = (room, after, as) =>
  inRoom(room, `events?after=${encodeURIComponent(after)}&as=${encodeURIComponent(as)}`);

/** A name for a request that is never used twice. (`randomUUID` is missing where a page is plain HTTP.) */
export const newKey = () =>
  crypto.randomUUID?.() ??
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
