import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/devserver/**/*.devserver.ts"],
    testTimeout: 60_000,
    env: { CI: "", NO_COLOR: "1", FORCE_COLOR: "" },
  },
});
