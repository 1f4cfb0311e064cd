import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{cli,engine,providers,schemas,examples,test}/**/*.test.ts"],
    setupFiles: ["test/seed.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Nothing of the machine may decide a test: no CI, no colours, no keys.
    env: { CI: "", NO_COLOR: "1", FORCE_COLOR: "" },
    unstubEnvs: true,
  },
});
