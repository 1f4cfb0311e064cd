/** Whether an origin is this machine: `localhost`, `*.localhost`, 127.0.0.0/8, `[::1]`. */
export const isLoopback = (origin: string): boolean => {
  const { hostname } = new URL(origin);
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/u.test(hostname);
};
