import { expect, it } from "vitest";
import { pauseNotes } from "./pauses.ts";

it("tells of a pause, and of the next only after a while", () => {
  const notes: string[] = [];
  let now = 0;
  const say = pauseNotes({ note: (text) => void notes.push(text) }, () => now);
  for (const at of [0, 10, 2_999, 3_000, 4_000, 7_000]) {
    now = at;
    say(`at ${at}`);
  }
  expect(notes).toEqual(["at 0", "at 3000", "at 7000"]);
});
