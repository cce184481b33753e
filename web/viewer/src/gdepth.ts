// Depth that lies inside a JPEG: GDepth, in its XMP and, where that is too small, in extended XMP
// (developers.google.com/depthmap-metadata).

export interface GDepth {
    /** The address of a picture in which black is near. */
    readonly address: string;
    /** How near a value of that picture is: 0 at the farthest, 255 at the nearest. */
    readonly nearness: (value: number) => number;
}

const plainHeader = 'http://ns.adobe.com/xap/1.0/\0';
const extendedHeader = 'http://ns.adobe.com/xmp/extension/\0';

/** Nothing where the JPEG carries none. */
export function findGDepth(jpeg: Uint8Array): GDepth | undefined {
    const xmp = readXmp(jpeg);
    const data = valueOf(xmp, 'Data');
    if (data === undefined) return undefined;
    const mime = valueOf(xmp, 'Mime') ?? 'image/png';
    return {
        address: `data:${mime};base64,${data.replace(/\s/g, '')}`,
        nearness: nearnessOf(
            valueOf(xmp, 'Format') ?? 'RangeInverse',
            Number(valueOf(xmp, 'Near')),
            Number(valueOf(xmp, 'Far')),
        ),
    };
}

/** RangeInverse is linear in inverse depth; RangeLinear is linear in the distance itself. */
export function nearnessOf(format: string, near: number, far: number): (value: number) => number {
    if (format !== 'RangeLinear' || !(near > 0) || !(far > near)) return (value) => 255 - value;
    return (value) => {
        const distance = near + (value / 255) * (far - near);
        return (255 * (1 / distance - 1 / far)) / (1 / near - 1 / far);
    };
}

/** The XMP of a JPEG, the extended one after the plain one. */
function readXmp(jpeg: Uint8Array): string {
    let plain = '';
    const extended: { start: number; text: string }[] = [];
    for (const segment of metadataSegments(jpeg)) {
        if (segment.startsWith(plainHeader)) {
            plain += segment.slice(plainHeader.length);
        } else if (segment.startsWith(extendedHeader)) {
            // After the header: 32 digits that name the whole, its length, where this piece starts.
            const at = extendedHeader.length + 32 + 4;
            extended.push({ start: bigEndian(segment, at), text: segment.slice(at + 4) });
        }
    }
    extended.sort((a, b) => a.start - b.start);
    return plain + extended.map((piece) => piece.text).join('');
}

/** The APP1 segments, a character a byte. */
function* metadataSegments(jpeg: Uint8Array): Generator<string> {
    const app1 = 0xe1;
    const startOfScan = 0xda;
    let at = 2;
    while (at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== startOfScan) {
        const length = jpeg[at + 2]! * 256 + jpeg[at + 3]!;
        if (jpeg[at + 1] === app1) yield latin1(jpeg.subarray(at + 4, at + 2 + length));
        at += 2 + length;
    }
}

function latin1(bytes: Uint8Array): string {
    let text = '';
    for (let at = 0; at < bytes.length; at += 4096) {
        text += String.fromCharCode(...bytes.subarray(at, at + 4096));
    }
    return text;
}

function bigEndian(text: string, at: number): number {
    return [0, 1, 2, 3].reduce((sum, i) => sum * 256 + text.charCodeAt(at + i), 0);
}

/** XMP writes a value as an attribute or as an element. */
function valueOf(xmp: string, name: string): string | undefined {
    const found =
        new RegExp(`GDepth:${name}\\s*=\\s*"([^"]*)"`).exec(xmp) ??
        new RegExp(`GDepth:${name}\\s*=\\s*'([^']*)'`).exec(xmp) ??
        new RegExp(`<GDepth:${name}>([^<]*)<`).exec(xmp);
    return found?.[1];
}
