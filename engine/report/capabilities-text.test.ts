import { expect, it } from "vitest";
import { capabilitiesText } from "./capabilities-text.ts";

it.each([
  [["zego:graphic:clear", "zego:graphic:erase"], "zego:graphic:clear, erase"],
  [["liveblocks:room:write"], "liveblocks:room:write"],
  [["zego:graphic:create", "zego:module:scroll", "zego:module:zoom"], "zego:graphic:create; zego:module:scroll, zoom"],
  [["daily:presence", "daily:send:audio"], "daily:presence; daily:send:audio"],
  [["digitalsamba:raise_hand", "digitalsamba:remote_muting(a:b)"], "digitalsamba:raise_hand, remote_muting(a:b)"],
  [["x:a\u001b", "x:::b"], "x:a\\u{1b}; x:::b"],
  [[], ""],
])("writes the prefix of %j once", (capabilities, text) => {
  expect(capabilitiesText(capabilities)).toBe(text);
});
