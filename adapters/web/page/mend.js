// Markdown that is still being written: a mark that was opened is closed for now, so that readers see bold and not
// two stars. The stored text is never touched; only the end of the last paragraph is looked at.

const PAIRS = [
  /`[^`\n]+`/g,
  /\*\*(?=\S)[^\n]+?\*\*/g,
  /~~(?=\S)[^\n]+?~~/g,
  /(?<![\w*])\*(?=[^\s*])[^*\n]+?\*/g,
];
const OPEN = /(?:^|[\s([{"'“‘])(`|\*\*|~~|\*)(?=[^\s*`~])[^\n]*$/;

/** The text with what is open at its end closed. */
export function mend(text) {
  if (insideFence(text)) return text;
  const start = text.lastIndexOf("\n\n") + 1;
  const whole = text.slice(0, start);
  const tail = text
    .slice(start)
    .replace(/(?:^|(?<=\s))(?:\*\*|\*|~~|`)$/, "") // a mark that has nothing to mark yet
    .replace(/!?\[([^\]\n]*)\]\([^)\s]*$/, "$1"); // a link whose address is on its way
  const rest = PAIRS.reduce((left, pair) => left.replace(pair, " "), tail);
  const open = OPEN.exec(rest)?.[1] ?? "";
  return open && /\s$/.test(tail) ? whole + tail.trimEnd() + open : whole + tail + open;
}

/** Whether the text ends in a code block that has no end yet. */
function insideFence(text) {
  let fence = "";
  for (const line of text.split("\n")) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
    if (!mark) continue;
    if (!fence) fence = mark;
    else if (mark[0] === fence[0] && mark.length >= fence.length) fence = "";
  }
  return fence !== "";
}
