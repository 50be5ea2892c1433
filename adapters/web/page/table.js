// The command table, as the server gives it, and what a typed line means by it. No drawing here.

/** Every command that can be run, sub-commands by their whole path. */
export function flat(commands) {
  return commands.flatMap((command) =>
    command.subcommands?.length
      ? command.subcommands.map((sub) =>
          one(sub, `${command.name}/${sub.name}`, sub.standing ?? command.standing),
        )
      : [one(command, command.name, command.standing)],
  );
}

const one = ({ description, params }, path, standing) => ({
  path,
  title: `/${path.replace("/", " ")}`,
  description: description ?? "",
  standing: standing ?? "member",
  params: params ?? [],
});

/** The command that a line names, and what follows it; null when it names none. */
export function named(items, line) {
  const found = items
    .filter(({ title }) => line === title || (line.startsWith(title) && /\s/.test(line[title.length])))
    .sort((a, b) => b.title.length - a.title.length)[0];
  return found ? { item: found, rest: line.slice(found.title.length).trim() } : null;
}

/** What may be meant by an unfinished line, the best first. */
export function meant(items, line) {
  const typed = line.toLowerCase();
  const rank = ({ title, description }) =>
    title.startsWith(typed)
      ? 0
      : title.includes(typed.slice(1))
        ? 1
        : description.toLowerCase().includes(typed.slice(1))
          ? 2
          : 3;
  const ranked = items
    .map((item) => ({ item, at: rank(item) }))
    .filter(({ at }) => at < (typed.length > 2 ? 3 : 2));
  return ranked.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** A quotation, or a word: names with colons that stand in a quotation are no options. */
const WORDS = /(?:"[^"]*"|[“„][^“”]*[“”]|«[^»]*»)(?!\S)|\S+/g;

/** Options that stand behind their names and colons, `when: tomorrow 9:00 text: tea`; null where they do not begin so. */
function labelled(fillable, rest) {
  const marks = new Map();
  for (const found of rest.matchAll(WORDS)) {
    const param = fillable.find(({ name }) => `${name}:` === found[0].toLowerCase());
    if (param && !marks.has(param)) marks.set(param, found);
  }
  const found = [...marks];
  if (found[0]?.[1].index !== 0) return null;
  const options = found.map(([param, mark], at) => {
    const words = rest.slice(mark.index + mark[0].length, found[at + 1]?.[1].index).trim();
    return [param.name, typed(param, words.replace(/^(?:"([^"]*)"|[“„]([^“”]*)[“”]|«([^»]*)»)$/, "$1$2$3"))];
  });
  return Object.fromEntries(options.filter(([, value]) => value !== ""));
}

/** Options from a line's rest, named with colons; or: `name=value` or `name="some words"` wherever they stand; what else there is goes to
 * the first option that words can fill. */
export function optionsOf({ params }, rest) {
  const fillable = params.filter(({ kind }) => kind !== "picture");
  const named = labelled(fillable, rest);
  if (named) return { options: named, left: "" };
  const options = {};
  const left = rest.replace(/(?<=^|\s)(\w+)=("[^"]*"|\S+)(?=\s|$)\s*/g, (all, name, value) => {
    const param = fillable.find((each) => each.name === name);
    if (!param) return all;
    options[name] = typed(param, value.replace(/^"(.*)"$/s, "$1"));
    return "";
  });
  const words = fillable.filter(({ name, kind }) => kind !== "boolean" && options[name] === undefined);
  const target = words.find(({ required }) => required) ?? words[0];
  if (!left.trim()) return { options, left: "" };
  if (target) options[target.name] = typed(target, left.trim());
  return { options, left: target ? "" : left };
}

/** Required options that nothing fills yet. */
export const missing = ({ params }, options, files) =>
  params.filter(
    ({ name, kind, required }) =>
      required && (kind === "picture" ? !files.length : options[name] === undefined),
  );

/** A field's text as the option's own type; what is no number is left for the server to refuse. */
export function typed({ kind }, text) {
  if (kind !== "integer" && kind !== "number") return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
