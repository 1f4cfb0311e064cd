import { writeFileSync } from "node:fs";
import { createServer } from "node:http";

/** N rooms with ten grants each, as the service shows them (newest first), and as files that say just that. */
export const rooms = (count) =>
  Array.from({ length: count }, (_, index) => {
    const users = Array.from({ length: 10 }, (__, user) => [
      `user-${(index * 7 + user) % 5000}`,
      user % 3 === 0 ? ["*:write"] : ["*:read", "comments:write"],
    ]);
    return {
      type: "room",
      id: `room-${index}`,
      organizationId: "default",
      createdAt: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
      metadata: {},
      defaultAccesses: [],
      groupsAccesses: {},
      usersAccesses: Object.fromEntries(users),
    };
  }).reverse();

const role = (scopes) => (scopes.length === 1 ? "editor" : "commenter");

/** The same as YAML text. */
export const asYaml = (list, baseUrl) => {
  const lines = [
    "version: 1",
    "providers:",
    `  liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY }, baseUrl: "${baseUrl}" }`,
    "roles:",
    '  editor: { liveblocks: ["*:write"] }',
    '  commenter: { liveblocks: ["*:read", "comments:write"] }',
    "rooms:",
  ];
  for (const room of list) {
    lines.push(`  ${room.id}:`, "    default: { liveblocks: [] }", "    users:");
    for (const [user, scopes] of Object.entries(room.usersAccesses)) lines.push(`      ${user}: ${role(scopes)}`);
  }
  return `${lines.join("\n")}\n`;
};

/** The same as JSON text. */
export const asJson = (list, baseUrl) =>
  JSON.stringify({
    version: 1,
    providers: { liveblocks: { secretKey: { env: "LIVEBLOCKS_SECRET_KEY" }, baseUrl } },
    roles: { editor: { liveblocks: ["*:write"] }, commenter: { liveblocks: ["*:read", "comments:write"] } },
    rooms: Object.fromEntries(
      list.map((room) => [
        room.id,
        {
          default: { liveblocks: [] },
          users: Object.fromEntries(Object.entries(room.usersAccesses).map(([user, scopes]) => [user, role(scopes)])),
        },
      ]),
    ),
  });

/** Serves the pages as ready bytes, so that the server is no part of what is measured. */
export const servePages = (list) =>
  new Promise((resolve) => {
    const pages = new Map();
    for (let at = 0; at < list.length || at === 0; at += 100) {
      const next = at + 100 < list.length ? String(at + 100) : null;
      pages.set(String(at), Buffer.from(JSON.stringify({ data: list.slice(at, at + 100), nextCursor: next })));
    }
    const server = createServer((request, response) => {
      const cursor = new URL(request.url, "http://localhost").searchParams.get("startingAfter") ?? "0";
      const page = pages.get(cursor);
      response.writeHead(page === undefined ? 404 : 200, { "content-type": "application/json" }).end(page);
    });
    server.listen(0, "127.0.0.1", () =>
      resolve({ url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }),
    );
  });

export const write = (file, text) => writeFileSync(file, text);
