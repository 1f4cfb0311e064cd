/**
 * Time and peak memory of reading files: JSON.parse, `parse` of the package yaml, our JSON and our YAML, side by side.
 * Each runs in a process of its own, so that the peak is its own. Arguments: numbers of rooms, default 1000 and 10000.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { readText } from "../../engine/load/read-text.ts";

type Way = "nothing" | "JSON.parse" | "yaml.parse" | "our JSON" | "our YAML";
const WAYS: readonly Way[] = ["nothing", "JSON.parse", "our JSON", "yaml.parse", "our YAML"];
const GRANTS = 10;

const roomsAsYaml = (rooms: number): string => {
  const lines = ["version: 1", "rooms:"];
  for (let room = 0; room < rooms; room += 1) {
    lines.push(`  room-${room}:`, "    on: [liveblocks]", "    default: participant", "    users:");
    for (let user = 0; user < GRANTS; user += 1) lines.push(`      user-${room}-${user}: facilitator`);
  }
  return `${lines.join("\n")}\n`;
};

const roomsAsJson = (rooms: number): string => {
  const made: { [key: string]: unknown } = {};
  for (let room = 0; room < rooms; room += 1) {
    const users: { [key: string]: string } = {};
    for (let user = 0; user < GRANTS; user += 1) users[`user-${room}-${user}`] = "facilitator";
    made[`room-${room}`] = { on: ["liveblocks"], default: "participant", users };
  }
  return JSON.stringify({ version: 1, rooms: made }, null, 2);
};

const runOnce = (way: Way, rooms: number): { readonly milliseconds: number; readonly megabytes: number } => {
  const text = way.includes("YAML") || way === "yaml.parse" ? roomsAsYaml(rooms) : roomsAsJson(rooms);
  const bytes = new TextEncoder().encode(text);
  const start = performance.now();
  if (way === "JSON.parse") JSON.parse(text);
  if (way === "yaml.parse") parse(text);
  if (way === "our JSON") readText("bench.json", bytes);
  if (way === "our YAML") readText("bench.yaml", bytes);
  return { milliseconds: performance.now() - start, megabytes: process.resourceUsage().maxRSS / 1024 };
};

const inOwnProcess = (way: Way, rooms: number): ReturnType<typeof runOnce> => {
  const self = fileURLToPath(import.meta.url);
  const child = spawnSync(process.execPath, [...process.execArgv, self, "--one", way, String(rooms)], {
    encoding: "utf8",
  });
  const [milliseconds, megabytes] = child.stdout.trim().split(" ").map(Number);
  return { milliseconds: milliseconds ?? Number.NaN, megabytes: megabytes ?? Number.NaN };
};

const report = (sizes: readonly number[]): void => {
  for (const rooms of sizes) {
    const results = new Map(WAYS.map((way) => [way, inOwnProcess(way, rooms)]));
    const yaml = results.get("yaml.parse")?.milliseconds ?? Number.NaN;
    const json = results.get("JSON.parse")?.milliseconds ?? Number.NaN;
    process.stdout.write(`${rooms} rooms with ${GRANTS} grants\n`);
    for (const [way, { milliseconds, megabytes }] of results) {
      const base = way.includes("JSON")
        ? `${(milliseconds / json).toFixed(2)} x JSON.parse`
        : `${(milliseconds / yaml).toFixed(2)} x yaml.parse`;
      const ratio = way === "nothing" ? "" : base;
      process.stdout.write(
        `  ${way.padEnd(12)}${milliseconds.toFixed(0).padStart(8)} ms${megabytes.toFixed(0).padStart(7)} MB peak  ${ratio}\n`,
      );
    }
  }
};

const [flag, way, count] = process.argv.slice(2);
const asked = WAYS.find((known) => known === way);
if (flag === "--one" && asked !== undefined) {
  const { milliseconds, megabytes } = runOnce(asked, Number(count));
  process.stdout.write(`${milliseconds} ${megabytes}\n`);
} else {
  const sizes = process.argv.slice(2).map(Number);
  report(sizes.length === 0 ? [1000, 10_000] : sizes);
}
