import { expect, test } from 'vitest';
import { parseManifest } from '../../src/manifest';

const good = {
    version: 1,
    width: 40,
    height: 30,
    margin: 2,
    shift: 3,
    focus: 0.5,
    layers: [{ color: 'far.webp', depth: 'data:image/png;base64,AA', near: 0.5, far: 0 }],
};
const parse = (changes: object): unknown =>
    parseManifest(JSON.stringify({ ...good, ...changes }), 'https://photos.test/one/photo.json');

test('addresses are taken from where the manifest lies', () => {
    const { layers } = parseManifest(JSON.stringify(good), 'https://photos.test/one/photo.json');
    expect(layers[0]!.color).toBe('https://photos.test/one/far.webp');
    expect(layers[0]!.depth).toBe('data:image/png;base64,AA');
});

test.each([
    [{ version: 2 }, /version/],
    [{ width: 0 }, /"width"/],
    [{ margin: -1 }, /"margin"/],
    [{ shift: 'far' }, /"shift"/],
    [{ focus: 2 }, /"focus"/],
    [{ layers: [] }, /1 to 8 layers/],
    [{ layers: [null] }, /"near"/],
    [{ layers: [{ ...good.layers[0], far: 0.8 }] }, /"far"/],
    [{ layers: [{ ...good.layers[0], color: '' }] }, /"color"/],
])('%j is refused with a word of what is wrong', (changes, why) => {
    expect(() => parse(changes)).toThrow(why);
});

test('what is no JSON is refused', () => {
    expect(() => parseManifest('{', 'https://photos.test/')).toThrow(/not JSON/);
    expect(() => parseManifest('3', 'https://photos.test/')).toThrow(/not an object/);
});
