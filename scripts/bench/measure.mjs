import { spawn } from "node:child_process";

const REPORT = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage(); process.stderr.write("\\nMEASURED " + JSON.stringify({ rss: maxRSS * 1024, cpu: (userCPUTime + systemCPUTime) / 1e6 }) + "\\n"); });',
)}`;

/** Runs node with these arguments; gives wall and CPU seconds, peak memory in bytes, and the output. Throws on another exit code. */
const measure = (args, options = {}) =>
  new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(process.execPath, ["--import", REPORT, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (err += chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const wall = Number(process.hrtime.bigint() - started) / 1e9;
      const found = /MEASURED (.*)/u.exec(err);
      if (code !== (options.expect ?? 0) || found === null) reject(new Error(`exit ${code}: ${err}`));
      else resolve({ wall, ...JSON.parse(found[1]), out });
    });
  });

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Runs several commands in turn, A B C A B C …, and gives the medians of each. */
export const compare = async (commands, runs) => {
  const results = commands.map(() => []);
  for (let run = 0; run <= runs; run += 1) {
    for (const [index, command] of commands.entries()) {
      const result = await measure(command.args, command.options);
      if (run > 0) results[index].push(result);
    }
  }
  return results.map((list) => ({
    wall: median(list.map((one) => one.wall)),
    cpu: median(list.map((one) => one.cpu)),
    rss: median(list.map((one) => one.rss)),
  }));
};

const pad = (text, width) => String(text).padStart(width);

/** Prints rows of a comparison with ratios to the first. */
export const table = (title, names, results, floor = 0) => {
  console.log(title);
  const width = Math.max(...names.map((name) => name.length));
  for (const [index, name] of names.entries()) {
    const { wall, rss } = results[index];
    const ratio = (wall / results[floor].wall).toFixed(2);
    console.log(
      `  ${name.padEnd(width)}  ${pad(wall.toFixed(3), 8)} s  ${pad((rss / 2 ** 20).toFixed(0), 5)} MiB  ${pad(ratio, 6)} x`,
    );
  }
  console.log("");
};
