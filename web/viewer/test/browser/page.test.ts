// What a page does to its photos, and what goes wrong there.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jpegWithDepth } from '../jpeg';
import { depth, difference, height, manifest, paint, photo, width } from './pictures';
import { launch, pictureAt, settled, site, told, viewIs, visit, type Files, type Visit } from './visit';

let browser: Browser;
beforeAll(async () => {
    browser = await launch();
});
afterAll(() => browser.close());

const box = `style="width:${width}px;height:${height}px" idle="none"`;
const layers = `<script type="application/json" id="layers">${manifest()}</script>`;
const layered = `${layers}<photo-3d manifest="#layers" src="photo.png" alt="A red square" ${box}></photo-3d>`;
const files: Files = { 'photo.png': photo(), 'depth.png': depth() };

async function open(body: string, more: Files = {}, options = {}): Promise<Visit> {
    const opened = await visit(browser, body, { ...files, ...more }, options);
    await settled(opened.page);
    return opened;
}

const alone = `<photo-3d src="photo.png" alt="A red square" ${box}></photo-3d>`;
const withDepth = (address: string): string => alone.replace('alt', `depth="${address}" alt`);
test.each([
    ['depth that is missing', withDepth('missing.png'), 'texture'],
    ['depth that is no picture', withDepth('index.html'), 'texture'],
    ['a photo that carries none', alone, 'depth'],
    ['a manifest that is missing', alone.replace('alt', 'manifest="none.json" alt'), 'manifest'],
    ['a manifest that the page has not', alone.replace('alt', 'manifest="#none" alt'), 'manifest'],
    ['a manifest that is broken', alone.replace('alt', 'manifest="broken.json" alt'), 'manifest'],
    ['a mode that nobody knows', alone.replace('alt', 'mode="spin" alt'), 'mode'],
])('%s: the photo is shown, and an error told once', async (_, body, part) => {
    const { page, close } = await open(body, { 'broken.json': '{"version": 1' });
    expect((await told(page)).map(([type, where]) => [type, where])).toEqual([['error', part]]);
    expect(difference(await page.locator('photo-3d').screenshot(), photo())).toBeLessThanOrEqual(1);
    await close();
});

test('without WebGL the photo is shown flat, and the page is told', async () => {
    const plain = await launch(['--disable-gpu', '--disable-3d-apis', '--disable-webgl2']);
    const { page, close } = await visit(plain, layered, files);
    await settled(page);
    expect((await told(page))[0]).toContain('webgl');
    expect(difference(await page.locator('photo-3d').screenshot(), photo())).toBeLessThanOrEqual(1);
    await close();
    await plain.close();
});

test('without script the picture inside the tag is shown', async () => {
    const body = `<photo-3d manifest="#layers"><img src="photo.png" alt="A red square"
        width="${width}"></photo-3d>`;
    const { page, close } = await visit(browser, body, files, { javaScriptEnabled: false });
    const picture = await page.locator('img').screenshot();
    expect(difference(picture, photo())).toBeLessThanOrEqual(1);
    await close();
});

test('depth of another size is stretched over the photo', async () => {
    const small = paint(width / 4, height / 4, (x) => ({ r: 2 * x, g: 2 * x, b: 2 * x }));
    const { page, close } = await open(withDepth('small.png'), { 'small.png': small });
    expect(await told(page)).toEqual([['ready', null, undefined]]);
    expect(difference(await pictureAt(page, 0), photo())).toBeLessThanOrEqual(1);
    await close();
});

test('depth that the JPEG carries is used', async () => {
    const black = paint(width, height, () => ({ r: 0, g: 0, b: 0 }));
    const xmp = `<rdf GDepth:Format="RangeInverse" GDepth:Mime="image/png" GDepth:Data="${black.toString('base64')}"/>`;
    const { page, close } = await visit(browser, '<p>No photo yet</p>', files);
    // The browser makes the JPEG, and the metadata goes between its start and its first segment.
    const encoded = await page.evaluate(async () => {
        const image = new Image();
        image.src = 'photo.png';
        await image.decode();
        const canvas = document.createElement('canvas');
        canvas.width = image.width;
        canvas.height = image.height;
        canvas.getContext('2d')!.drawImage(image, 0, 0);
        return canvas.toDataURL('image/jpeg').split(',')[1]!;
    });
    await close();
    const jpeg = Buffer.from(encoded, 'base64');
    const metadata = Buffer.from(jpegWithDepth(xmp)).subarray(2, -4);
    const whole = Buffer.concat([jpeg.subarray(0, 2), metadata, jpeg.subarray(2)]);
    const second = await open(alone.replace('photo.png', 'photo.jpg'), { 'photo.jpg': whole });
    expect(await told(second.page)).toEqual([['ready', null, undefined]]);
    // Black is near: with the view to the right, all of the photo goes to the right.
    const moved = await pictureAt(second.page, 1);
    const still = await pictureAt(second.page, 0);
    expect(difference(moved, still)).toBeGreaterThan(1);
    await second.close();
});

test('a photo larger than the graphics processor takes is made smaller', async () => {
    const { page, close } = await visit(browser, '<p>No photo yet</p>', files);
    await page.evaluate((html) => {
        const real = WebGL2RenderingContext.prototype.getParameter;
        WebGL2RenderingContext.prototype.getParameter = function (name: number) {
            return name === this.MAX_TEXTURE_SIZE ? 100 : (real.call(this, name) as unknown);
        };
        document.querySelector('main')!.innerHTML = html;
    }, withDepth('depth.png'));
    await settled(page);
    expect(await told(page)).toEqual([['ready', null, undefined]]);
    expect(difference(await pictureAt(page, 0), photo())).toBeLessThan(6);
    await close();
});

test('a lost context shows the photo, and its return the moving picture', async () => {
    const { page, complaints, close } = await open(layered);
    const still = await pictureAt(page, 0.5);
    const canvas = (): Promise<boolean> =>
        page.locator('photo-3d canvas').evaluate((surface) => !(surface as HTMLElement).hidden);
    await page.evaluate(() => {
        const surface = document.querySelector('photo-3d')!.shadowRoot!.querySelector('canvas')!;
        const control = surface.getContext('webgl2')!.getExtension('WEBGL_lose_context')!;
        Object.assign(window, { control });
        control.loseContext();
    });
    await page.waitForFunction(
        () => document.querySelector('photo-3d')!.shadowRoot!.querySelector('canvas')!.hidden,
    );
    expect(difference(await page.locator('photo-3d').screenshot(), photo())).toBeLessThanOrEqual(1);
    await page.evaluate(() =>
        (window as unknown as { control: WEBGL_lose_context }).control.restoreContext(),
    );
    await page.waitForFunction(
        () => !document.querySelector('photo-3d')!.shadowRoot!.querySelector('canvas')!.hidden,
    );
    expect(await canvas()).toBe(true);
    expect(difference(await pictureAt(page, 0.5), still)).toBeLessThan(0.1);
    expect(complaints).toEqual([]);
    await close();
});

test('the picture has the pixels of its place on the screen, also after that changes', async () => {
    const { page, close } = await open(layered, {}, { deviceScaleFactor: 2 });
    const pixels = (): Promise<number> =>
        page.locator('photo-3d canvas').evaluate((surface) => (surface as HTMLCanvasElement).width);
    // More than the photo's own pixels would show nothing more.
    expect(await pixels()).toBe(width);
    await page.evaluate(() => {
        document.querySelector('photo-3d')!.style.cssText = 'width:40px;height:30px';
    });
    await page.waitForFunction(
        () => document.querySelector('photo-3d')!.shadowRoot!.querySelector('canvas')!.width === 80,
    );
    await close();
});

test('a page of many photos keeps within the contexts that browsers allow', async () => {
    const tag = `<photo-3d manifest="#layers" idle="none" style="width:80px;height:60px;float:left"></photo-3d>`;
    const { page, complaints, close } = await visit(browser, layers + tag.repeat(11), files);
    await page.waitForFunction(() => {
        const states = [...document.querySelectorAll('photo-3d')].map((photo) => photo.state);
        return states.filter((state) => state === 'ready').length === 8;
    });
    await page.waitForTimeout(300);
    const ready = await page.evaluate(
        () => [...document.querySelectorAll('photo-3d')].filter((p) => p.state === 'ready').length,
    );
    expect(ready).toBe(8);
    expect(complaints).toEqual([]);
    await close();
});

test('nothing is asked of the network beyond what the page names', async () => {
    const { requests, close } = await open(layered);
    expect(requests.sort()).toEqual([site, `${site}photo.png`, `${site}viewer.js`]);
    await close();
});

// ---- Tilt ----------------------------------------------------------------------------------------

const phone = { hasTouch: true, isMobile: true, viewport: { width: 300, height: 400 } };
const tilt = (page: Visit['page'], beta: number, gamma: number): Promise<void> =>
    page.evaluate(
        (attitude) => void dispatchEvent(new DeviceOrientationEvent('deviceorientation', attitude)),
        { beta, gamma },
    );
const answerWith = (page: Visit['page'], answer: string): Promise<void> =>
    page.evaluate((said) => {
        Object.assign(DeviceOrientationEvent, {
            asked: 0,
            requestPermission() {
                ++this.asked;
                return Promise.resolve(said);
            },
        });
    }, answer);

test('tilt is asked for by a tap on its button alone, follows, and can be switched off', async () => {
    const { page, close } = await open(layered, {}, phone);
    await answerWith(page, 'granted');
    const button = page.getByRole('button', { name: 'Enable tilt' });
    await tilt(page, 40, 0);
    await tilt(page, 40, 15);
    await page.waitForTimeout(200);
    await viewIs(page, 0, 0, 0);
    await button.tap();
    await page.getByRole('button', { name: 'Disable tilt' }).waitFor();
    expect((await told(page)).at(-1)).toEqual(['tilt-permission', 'granted', undefined]);
    await tilt(page, 40, 20);
    await tilt(page, 40, 27.5);
    await viewIs(page, 0.5, 0);
    await page.getByRole('button', { name: 'Disable tilt' }).tap();
    await viewIs(page, 0, 0);
    await tilt(page, 40, 35);
    await page.waitForTimeout(200);
    await viewIs(page, 0, 0, 0);
    await close();
});

test('a refused permission is told, and nothing follows', async () => {
    const { page, close } = await open(layered, {}, phone);
    await answerWith(page, 'denied');
    await page.getByRole('button', { name: 'Enable tilt' }).tap();
    await page.waitForFunction(() => (window as unknown as { told: unknown[][] }).told.length === 2);
    expect((await told(page)).at(-1)).toEqual(['tilt-permission', 'denied', undefined]);
    await tilt(page, 40, 0);
    await tilt(page, 40, 15);
    await page.waitForTimeout(200);
    await viewIs(page, 0, 0, 0);
    await close();
});

test('devices that are not held have no button, nor pages that switch tilt off', async () => {
    const desk = await open(layered);
    expect(await desk.page.getByRole('button').count()).toBe(0);
    await desk.close();
    const held = await open(layered.replace('alt', 'tilt="off" alt'), {}, phone);
    expect(await held.page.getByRole('button').count()).toBe(0);
    await held.close();
});

// ---- Accessibility -------------------------------------------------------------------------------

test('axe finds nothing to complain of', async () => {
    const { page, close } = await open(`<h1>Photos</h1>${layered}`, {}, phone);
    const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    await page.evaluate(readFileSync(axe, 'utf8'));
    const violations = await page.evaluate(async () => {
        const { axe: tool } = window as unknown as {
            axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        return (await tool.run()).violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
    });
    expect(violations).toEqual([]);
    await close();
});
