// A page in the real browser. It has no network: what it may read are the files that it is given.
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { bundle, bundlePage } from '../../build.mjs';

const flags = [
    ...['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    '--ignore-gpu-blocklist',
];
const places = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'];

export function launch(more: string[] = []): Promise<Browser> {
    const executablePath = places.find((place) => existsSync(place));
    if (!executablePath) throw new Error('no Chromium; install it or name it by CHROMIUM=');
    return chromium.launch({ executablePath, args: [...flags, ...more, '--no-sandbox'] });
}

export interface Visit {
    readonly page: Page;
    /** Messages of the console that are errors, and what was thrown. */
    readonly complaints: string[];
    /** What was asked of the network. */
    readonly requests: string[];
    close(): Promise<void>;
}

export type Files = Readonly<Record<string, string | Buffer>>;

const types: Readonly<Record<string, string>> = {
    html: 'text/html',
    js: 'text/javascript',
    png: 'image/png',
    jpg: 'image/jpeg',
    json: 'application/json',
    webm: 'video/webm',
};

export const site = 'https://photos.test/';

/** Opens `body` as a page of a secure site that has `files` and the viewer's scripts. */
export async function visit(
    browser: Browser,
    body: string,
    files: Files = {},
    options: BrowserContextOptions = {},
): Promise<Visit> {
    const all: Files = {
        'viewer.js': await bundlePage(),
        'index.html': `<!doctype html><html lang="en"><title>Photos</title><style>body{margin:0}</style>
            <script>window.told = []; for (const type of ['ready', 'error', 'tilt-permission'])
                addEventListener(type, (e) => told.push([type, e.error?.part ?? e.detail, e.message]), true);
            </script><script src="viewer.js"></script><main>${body}</main></html>`,
        ...files,
    };
    const context = await browser.newContext({ viewport: { width: 400, height: 300 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
        if (!request.url().startsWith('data:')) requests.push(request.url());
    });
    await page.route('**/*', (route) => {
        const name = route.request().url().slice(site.length).replace(/[?#].*/, '') || 'index.html';
        const file = all[name];
        const contentType = types[name.split('.').pop()!] ?? 'text/plain';
        return file === undefined
            ? route.fulfill({ status: 404, body: '' })
            : route.fulfill({ body: file, contentType });
    });
    await page.goto(site);
    return { page, complaints, requests, close: () => context.close() };
}

export const bundleDisplacement = (): Promise<string> => bundle('src/displacement.ts');

/** Waits until the first photo is ready, or has told an error. */
export async function settled(page: Page): Promise<void> {
    await page.waitForFunction(() => {
        const photos = [...document.querySelectorAll('photo-3d')];
        return photos.every((photo) => photo.state !== 'waiting');
    });
}

/** The photo as it is seen with the view at a place. */
export async function pictureAt(page: Page, x: number, y = 0): Promise<Buffer> {
    await page.evaluate(
        ([toX, toY]) => {
            document.querySelector('photo-3d')!.view = { x: toX!, y: toY! };
            return new Promise((drawn) => {
                requestAnimationFrame(() => requestAnimationFrame(drawn));
            });
        },
        [x, y],
    );
    return page.locator('photo-3d').first().screenshot();
}

/** Waits until the view has come to rest at a place. */
export async function viewIs(page: Page, x: number, y: number, tolerance = 0.02): Promise<void> {
    await page.waitForFunction(
        ([toX, toY, within]) => {
            const { view } = document.querySelector('photo-3d')!;
            return Math.hypot(view.x - toX!, view.y - toY!) <= within!;
        },
        [x, y, tolerance],
    );
}

export const told = (page: Page): Promise<unknown[][]> =>
    page.evaluate(() => (window as unknown as { told: unknown[][] }).told);
