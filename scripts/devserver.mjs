// Runs the whole loop (plan, apply, second plan, edit by hand, stale plan, delete) against the real Liveblocks dev server.
// The server is AGPL and large: it is installed into a cache folder of its own, runs as a separate process on loopback,
// and is no dependency of this package. Fails loudly when it cannot be installed or started.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

const VERSIONS = { liveblocks: "1.9.0", bun: "1.4.5" };
const cache =
  process.env.ROLECALL_DEVSERVER_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "rolecall-devserver", VERSIONS.liveblocks);

const install = () => {
  const bun = join(cache, "node_modules", ".bin", "bun");
  const entry = join(cache, "node_modules", "liveblocks", "dist", "index.js");
  const works = () =>
    existsSync(entry) && spawnSync(bun, ["--version"], { encoding: "utf8" }).stdout?.trim() === VERSIONS.bun;
  if (works()) return { bun, entry };
  console.log(`Installing the Liveblocks dev server ${VERSIONS.liveblocks} into a cache folder (about 117 MB)`);
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, "package.json"), JSON.stringify({ private: true, dependencies: VERSIONS }));
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], {
    cwd: cache,
    stdio: "inherit",
  });
  if (!works())
    execFileSync(process.execPath, [join(cache, "node_modules", "bun", "install.js")], {
      cwd: join(cache, "node_modules", "bun"),
      stdio: "inherit",
    });
  if (!works()) throw new Error("the dev server was installed, but bun does not run");
  return { bun, entry };
};

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const start = async ({ bun, entry }, scratch) => {
  const port = await freePort();
  const data = join(scratch, "data");
  mkdirSync(data);
  const child = spawn(
    bun,
    [entry, "dev", "--no-persist", "--no-check", "--host", "127.0.0.1", "--port", String(port)],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TMPDIR: data },
      cwd: scratch,
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (child.exitCode !== null) break;
    const healthy = await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (healthy) return { child, url };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill("SIGKILL");
  throw new Error(`the dev server did not start:\n${output}`);
};

const scratch = mkdtempSync(join(tmpdir(), "rolecall-devserver-"));
let server;
let status = 1;
try {
  server = await start(install(), scratch);
  console.log(`The Liveblocks dev server ${VERSIONS.liveblocks} answers; running the loop against it`);
  const run = spawnSync(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "--config", "vitest.devserver.config.ts"],
    {
      stdio: "inherit",
      env: { ...process.env, ROLECALL_DEVSERVER_URL: server.url },
    },
  );
  status = run.status ?? 1;
} catch (error) {
  console.error(`test:devserver failed: ${error.message}`);
} finally {
  server?.child.kill("SIGTERM");
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(status);
