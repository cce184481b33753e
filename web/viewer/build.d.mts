export function bundle(entry: string, options?: object): Promise<string>;
export function bundlePage(): Promise<string>;
export function buildPackage(outdir: string): Promise<void>;
