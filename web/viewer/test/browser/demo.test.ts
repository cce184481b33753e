// The demo page as a static host serves it: this folder, built, and nothing else.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, cpSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PNG } from 'pngjs';
import { buildPackage } from '../../build.mjs';
import type { DepthMeter } from '../../src/depth';
import { depth, difference, photo } from './pictures';
import { launch, pictureAt } from './visit';

const viewer = fileURLToPath(new URL('../../', import.meta.url));
const ship = fileURLToPath(new URL('../../../../examples/still_life', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'viewer-'));
let browser: Browser;
let server: Server;
let host: string;

beforeAll(async () => {
    cpSync(`${viewer}demo`, `${folder}/demo`, { recursive: true });
    await buildPackage(`${folder}/dist`);
    server = serve(folder).listen(0, '127.0.0.1');
    await once(server, 'listening');
    host = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await launch();
});
afterAll(async () => {
    await browser.close();
    server.close();
    rmSync(folder, { recursive: true });
});

function serve(root: string): Server {
    const types: Readonly<Record<string, string>> = {
        '.html': 'text/html',
        '.css': 'text/css',
        '.js': 'text/javascript',
        '.mjs': 'text/javascript',
        '.wasm': 'application/wasm',
    };
    return createServer(({ url }, response) => {
        const { pathname } = new URL(url ?? '/', 'http://localhost');
        try {
            const body = readFileSync(join(root, pathname));
            const type = types[extname(pathname)] ?? 'application/octet-stream';
            response.writeHead(200, { 'Content-Type': type }).end(body);
        } catch {
            response.writeHead(404).end();
        }
    });
}

interface Opened {
    readonly page: Page;
    readonly complaints: string[];
    readonly requests: string[];
}

async function open(prepare = async (_: Page): Promise<void> => {}): Promise<Opened> {
    const page = await browser.newPage({ viewport: { width: 800, height: 900 } });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.context().on('request', (request) => {
        if (/^https?:/.test(request.url())) requests.push(request.url());
    });
    await prepare(page);
    await page.goto(`${host}demo/index.html`);
    return { page, complaints, requests };
}

const asFile = (name: string, buffer: Buffer) => ({ name, mimeType: 'image/png', buffer });

test('a photo alone is measured by the network, in this page, and moves', async () => {
    const { page, complaints, requests } = await open();
    const loaded = requests.length;
    expect(requests.filter((address) => /network|\.onnx|\.wasm/.test(address))).toEqual([]);
    await page.getByLabel('Photo', { exact: true }).setInputFiles(`${ship}.jpg`);
    await page.getByText('Move over the photo.').waitFor({ timeout: 60_000 });
    const still = await pictureAt(page, 0);
    for (const x of [-1, 1]) expect(difference(await pictureAt(page, x), still)).toBeGreaterThan(2);
    expect(requests.slice(loaded).filter((address) => !address.startsWith(host))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
});

test('what the network measures is near where the truth is, white = near', async () => {
    const { page } = await open((page) =>
        page.addInitScript(() => {
            // What auto-depth.js tells the element, kept for this test to ask.
            const define = customElements.define.bind(customElements);
            customElements.define = (name, element) => {
                Object.assign(element, { measureBy: (measure: unknown) => Object.assign(window, { measure }) });
                define(name, element);
            };
        }),
    );
    const measured = await page.evaluate(
        async (data) => {
            const { measure } = window as unknown as { measure: DepthMeter };
            const jpeg = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
            const map = (await measure(URL.createObjectURL(new Blob([jpeg])))) as HTMLCanvasElement;
            return map.toDataURL().split(',')[1]!;
        },
        readFileSync(`${ship}.jpg`).toString('base64'),
    );
    const truth = readFileSync(`${ship}_depth.png`);
    expect(sameOrder(Buffer.from(measured, 'base64'), truth)).toBeGreaterThan(0.8);
    await page.close();
});

/** How many pairs of places, of those that truly differ in depth, one map orders as the other. */
function sameOrder(map: Buffer, truth: Buffer): number {
    const [found, real] = [map, truth].map((png) => {
        const { width, height, data } = PNG.sync.read(png);
        return (x: number, y: number) => data[4 * (Math.floor(y * height) * width + Math.floor(x * width))]!;
    }) as [(x: number, y: number) => number, (x: number, y: number) => number];
    const places = Array.from({ length: 40 * 30 }, (_, i) => [((i % 40) + 0.5) / 40, (Math.floor(i / 40) + 0.5) / 30]);
    let agreed = 0;
    let all = 0;
    places.forEach(([x, y], i) => {
        const [otherX, otherY] = places[(7 * i + 331) % places.length]!;
        const step = real(x!, y!) - real(otherX!, otherY!);
        if (Math.abs(step) < 25) return;
        ++all;
        if (step * (found(x!, y!) - found(otherX!, otherY!)) > 0) ++agreed;
    });
    return agreed / all;
}

test('a photo that is dropped moves, with depth of its own in either mode', async () => {
    const { page, complaints } = await open();
    const bytes = photo().toString('base64');
    await page.evaluate((data) => {
        const png = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([png], 'photo.png', { type: 'image/png' }));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
    }, bytes);
    await page.getByLabel('Depth').setInputFiles(asFile('depth.png', depth()));
    await page.getByText('Move over the photo.').waitFor();
    await page.getByLabel('Mode').selectOption('displacement');
    await page.waitForFunction(() => document.querySelector('photo-3d')!.state === 'ready');
    expect(complaints).toEqual([]);
    await page.close();
});
