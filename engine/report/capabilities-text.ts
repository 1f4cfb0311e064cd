import { inert } from "./inert.ts";

/** `zego:graphic:` of `zego:graphic:clear`; a colon inside of brackets is part of the name. */
const prefixOf = (capability: string): string => {
  const bracket = capability.indexOf("(");
  const end = bracket === -1 ? capability.length : bracket;
  return capability.slice(0, capability.lastIndexOf(":", end) + 1);
};

/** Capabilities for reading, in pieces to be joined by a space: `zego:graphic:clear,` `erase;` `zego:module:zoom`. */
export const capabilityPieces = (capabilities: readonly string[]): readonly string[] => {
  const groups = new Map<string, string[]>();
  for (const capability of capabilities) {
    const prefix = prefixOf(capability);
    const group = groups.get(prefix) ?? [];
    groups.set(prefix, group);
    group.push(capability.slice(prefix.length));
  }
  const pieces: string[] = [];
  for (const [prefix, names] of groups) {
    const last = names.length - 1;
    for (const [index, name] of names.entries()) {
      pieces.push(`${inert(index === 0 ? prefix + name : name)}${index < last ? "," : ";"}`);
    }
  }
  const end = pieces.pop();
  return end === undefined ? pieces : [...pieces, end.slice(0, -1)];
};

/** Capabilities in one line. */
export const capabilitiesText = (capabilities: readonly string[]): string => capabilityPieces(capabilities).join(" ");
