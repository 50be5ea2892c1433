// Comments, strings, numbers and the usual keywords: not a grammar, a reading aid. Unknown languages stay plain.

import { el } from "./dom.js";

const HASH = "#[^\\n]*";
const SLASHES = "\\/\\/[^\\n]*|\\/\\*[\\s\\S]*?(?:\\*\\/|$)";
const DASHES = "--[^\\n]*";
const TAGS = "<!--[\\s\\S]*?(?:-->|$)";

const COMMENTS = new Map([
  ...names(
    "python py sh bash zsh shell console yaml yml toml ruby rb r make makefile dockerfile ini perl",
    HASH,
  ),
  ...names(
    "js javascript ts typescript jsx tsx c cpp c++ cs csharp java kotlin swift go rust rs php scala css scss json jsonc dart zig",
    SLASHES,
  ),
  ...names("sql lua haskell hs elm ada", DASHES),
  ...names("html xml svg vue", TAGS),
]);

const STRING =
  '"""[\\s\\S]*?(?:"""|$)|"(?:\\\\.|[^"\\\\\\n])*"?|\'(?:\\\\.|[^\'\\\\\\n])*\'?|`(?:\\\\.|[^`\\\\])*`?';
const NUMBER = "\\b(?:0x[\\da-fA-F_]+|\\d[\\d_]*(?:\\.\\d+)?(?:e[+-]?\\d+)?)\\b";
const KEYWORD =
  "\\b(?:abstract|and|as|assert|async|await|break|case|catch|class|const|continue|def|del|do|elif|else|enum|except|" +
  "export|extends|extern|false|False|final|finally|fn|for|from|func|function|global|go|if|impl|implements|import|in|" +
  "interface|is|lambda|let|loop|match|mod|module|mut|namespace|new|nil|None|nonlocal|not|null|or|package|pass|private|" +
  "protected|pub|public|raise|return|select|SELECT|self|static|struct|super|switch|this|throw|throws|trait|true|True|" +
  "try|type|typeof|undefined|union|unless|unsafe|until|use|using|var|void|when|where|WHERE|FROM|INSERT|UPDATE|DELETE|" +
  "JOIN|ORDER|GROUP|BY|while|with|yield)\\b";
const CALL = "\\b[A-Za-z_]\\w*(?=\\()";

const KINDS = ["comment", "string", "number", "keyword", "call"];

/** Put `source` into `node`, its pieces in spans. */
export function paint(node, source, language) {
  const comments = COMMENTS.get(language);
  if (!comments || source.length > 20_000) {
    node.append(source);
    return;
  }
  const pattern = new RegExp(
    [comments, STRING, NUMBER, KEYWORD, CALL].map((part) => `(${part})`).join("|"),
    "g",
  );
  let at = 0;
  for (const match of source.matchAll(pattern)) {
    const kind = KINDS[match.slice(1).findIndex((group) => group !== undefined)];
    node.append(source.slice(at, match.index), el("span", { class: `tok-${kind}` }, match[0]));
    at = match.index + match[0].length;
  }
  node.append(source.slice(at));
}

function names(list, comments) {
  return list.split(" ").map((name) => [name, comments]);
}
