import { expect, it } from "vitest";
import { excuse, flagFor } from "./allowances.ts";

const item = (room: string, ...addresses: string[]) => ({ room, addresses, changed: addresses });
/** Somebody in a room, whose own object is changed and the room's is not. */
const person = (room: string, user: string) => ({
  room,
  addresses: [`boards/room/${room}`, `boards/user/${room}/${user}`],
  changed: [`boards/user/${room}/${user}`],
});
const a = item("class-1", "lb/room/class-1");
const b = item("class-2", "lb/room/class-2");

it("lets pass what the scope names, when it is no more than the flag says", () => {
  expect(excuse([a, b], "--x", ["lb/room/class-*=2"])).toEqual({ rest: [], by: ["--x 'lb/room/class-*=2'"] });
  expect(excuse([a, b, a], "--x", ["lb/room/class-*=2"])).toEqual({ rest: [a, b, a], by: [] });
  expect(excuse([a, b], "--x", ["class-1=5"])).toEqual({ rest: [b], by: ["--x class-1=5"] });
  expect(excuse([a, b], "--x", ["class-1=1", "lb/room/class-2=1"]).rest).toEqual([]);
});

it("lets nothing pass for a scope without a number or without a match", () => {
  for (const text of ["lb/room/class-1", "class-1=", "class-1=all", "class-1=-1", "other=9", "=3"]) {
    expect(excuse([a], "--x", [text])).toEqual({ rest: [a], by: [] });
  }
});

it("takes the scope up to the last equals sign", () => {
  const odd = item("a=b", "lb/room/a=b");
  expect(excuse([odd], "--x", ["lb/room/a=b=1"]).rest).toEqual([]);
});

it("proposes the tightest scope that holds all of them", () => {
  expect(flagFor("--x", [a, a])).toBe("--x lb/room/class-1=2");
  expect(flagFor("--x", [a, b])).toBe("--x 'lb/room/class-*=2'");
  expect(flagFor("--x", [item("weekly", "lb/room/weekly"), item("weekly", "daily/live/weekly")])).toBe("--x weekly=2");
  expect(flagFor("--x", [item("r", "ds/role/x", "ds/room/r"), item("s", "ds/role/x")])).toBe("--x ds/role/x=2");
  expect(flagFor("--x", [a, item("y", "zego/room/y")])).toBe("--x '*=2'");
});

it("matches an object that a thing depends on, changed or not, and of people's objects only their own", () => {
  const [alice, bob] = [person("geo", "alice"), person("geo", "bob")];
  expect(excuse([alice, bob], "--x", ["boards/room/geo=2"]).rest).toEqual([]);
  expect(excuse([alice, bob], "--x", ["boards/user/geo/*=2"]).rest).toEqual([]);
  expect(excuse([alice, bob], "--x", ["boards/user/geo/alice=2"]).rest).toEqual([bob]);
});

it("proposes people by their room's pattern, and a room by its object", () => {
  const people = ["u1", "u2"].map((user) => person("geo", user));
  expect(flagFor("--x", people.slice(0, 1))).toBe("--x boards/user/geo/u1=1");
  expect(flagFor("--x", people)).toBe("--x 'boards/user/geo/*=2'");
  expect(flagFor("--x", [...people, person("art", "u1")])).toBe("--x 'boards/user/*=3'");
  const everyone = { room: "geo", addresses: ["boards/room/geo"], changed: ["boards/room/geo"] };
  const both = people.map((one) => ({ ...one, changed: one.addresses }));
  expect(flagFor("--x", [everyone, ...both])).toBe("--x boards/room/geo=3");
  expect(flagFor("--x", [everyone, ...both, person("gym", "u1")])).toBe("--x 'boards/room/g*=4'");
  const spot = { room: "geo", addresses: ["boards/room/geo"], changed: [] };
  expect(flagFor("--x", [spot])).toBe("--x boards/room/geo=1");
});

it("proposes what a plan changes before what it only depends on, and a room before what rooms share", () => {
  const room = (name: string) => ({
    room: name,
    addresses: ["boards/domain", `boards/room/${name}`],
    changed: [`boards/room/${name}`],
  });
  expect(flagFor("--x", [room("a1"), room("a2")])).toBe("--x 'boards/room/a*=2'");
  const whole = { ...room("a1"), changed: room("a1").addresses };
  expect(flagFor("--x", [whole])).toBe("--x boards/room/a1=1");
  expect(flagFor("--x", [whole, { ...room("a2"), changed: room("a2").addresses }])).toBe("--x boards/domain=2");
});

it("proposes a flag that works when it is pasted, whatever the ids are", () => {
  for (const rooms of [
    ["it's", "it's too"],
    ["{id}-1", "{id}-2"],
    ["a*b", "a*c"],
    ["x", "y"],
    ["?", "?"],
  ]) {
    const items = rooms.map((room) => item(room, `lb/room/${room}`));
    const flag = flagFor("--x", items).replace("--x ", "");
    const pasted = flag.startsWith("'") ? flag.slice(1, -1).replaceAll("'\\''", "'") : flag;
    expect(excuse(items, "--x", [pasted]).rest).toEqual([]);
  }
});
