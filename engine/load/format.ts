import { parseDocument, visit } from "yaml";
import type { Json } from "../model.ts";

const WIDTH = 120;

/**
 * The canonical layout of a file that was read without faults: two spaces, no trailing blanks, `\n`, one blank line at
 * most, comments and the writer's own order kept. JSON files get two spaces. The meaning stays what it was, and formatting
 * twice is formatting once.
 */
export const formatText = (name: string, text: string): string => {
  const plain = text.replace(/^\uFEFF/u, "").replaceAll("\r\n", "\n");
  return name.endsWith(".json") ? formatJson(plain) : formatYaml(plain);
};

const formatJson = (text: string): string => `${JSON.stringify(JSON.parse(text) as Json, null, 2)}\n`;

/** A long flow list would be folded another way each time its width is reached; a folded one is written as a block. */
const formatYaml = (text: string): string => {
  let now = text;
  for (let round = 0; round < 3; round += 1) {
    const next = layOut(now);
    if (next === now) break;
    now = next;
  }
  return now;
};

const layOut = (text: string): string => {
  const document = parseDocument(text, { version: "1.2", schema: "core", uniqueKeys: false });
  visit(document, {
    Collection: (_, node) => {
      if (node.spaceBefore !== true && node.commentBefore === undefined) delete node.spaceBefore;
    },
  });
  const made = document.toString({
    indent: 2,
    lineWidth: WIDTH,
    minContentWidth: 0,
    flowCollectionPadding: true,
    indentSeq: true,
    singleQuote: false,
  });
  return `${made
    .replaceAll(/[ \t]+$/gmu, "")
    .replaceAll(/\n{3,}/gu, "\n\n")
    .trimEnd()}\n`;
};
