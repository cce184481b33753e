// node build.mjs: dist/, and the script that `diorama photo3d` writes into its pages.
// node build.mjs --check: fails where that script is not what these sources make.
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const embedded = fileURLToPath(new URL('../../src/photo3d/viewer.js', import.meta.url));

/** One file of everything that an entry needs. */
export async function bundle(entry, options = {}) {
    const { outputFiles } = await build({
        absWorkingDir: here,
        entryPoints: [entry],
        bundle: true,
        minify: true,
        write: false,
        format: 'esm',
        target: 'es2021',
        legalComments: 'none',
        plugins: [leanShaders],
        ...options,
    });
    return outputFiles[0].text;
}

/** Shaders without what only their readers need. */
const leanShaders = {
    name: 'lean-shaders',
    setup({ onLoad }) {
        onLoad({ filter: /shader\.ts$/ }, async ({ path }) => {
            const text = await readFile(path, 'utf8');
            return { loader: 'ts', contents: text.replace(/^ *\/\/.*\n|  \/\/.*|^ +/gm, '') };
        });
    },
};

export const bundlePage = () => bundle('src/photo-3d.ts', { format: 'iife' });

/** The package: its scripts, and what they fetch when they need it. */
export async function buildPackage(outdir) {
    await build({
        absWorkingDir: here,
        entryPoints: ['photo-3d', 'displacement', 'auto-depth', 'network'].map((n) => `src/${n}.ts`),
        outdir,
        bundle: true,
        minify: true,
        sourcemap: true,
        format: 'esm',
        target: 'es2021',
        plugins: [leanShaders],
    });
    for (const part of ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm']) {
        await copyFile(`${here}node_modules/onnxruntime-web/dist/${part}`, `${outdir}/${part}`);
    }
    await copyFile(`${here}../../models/diorama.onnx`, `${outdir}/diorama.onnx`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const page = await bundlePage();
    if (process.argv[2] === '--check') {
        if ((await readFile(embedded, 'utf8')) !== page) {
            console.error('src/photo3d/viewer.js is not what web/viewer makes: npm run build');
            process.exit(1);
        }
    } else {
        await writeFile(embedded, page);
        await buildPackage(`${here}dist`);
    }
}
