import { PhotoError } from './errors';
import { loadBytes } from './images';
import type { View } from './motion';
import type { Renderer, Source } from './renderer';

/** A clip that stands at the moment that the view asks for: its start at the left, its end at the
 *  right. */
export async function openSeek(source: Source): Promise<Renderer> {
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.preload = 'auto';
    video.src = await wholeClip(source.photo);
    await new Promise<void>((loaded, failed) => {
        video.addEventListener('loadeddata', () => loaded(), { once: true });
        video.addEventListener('error', () => {
            failed(new PhotoError('clip', `${source.photo} is not there or is no film for a browser`));
        });
    });
    return new SeekRenderer(video);
}

/** A clip in memory can be sought whatever its server knows of ranges. One that may not be read so,
 *  such as on disk, is left to the browser. */
async function wholeClip(address: string): Promise<string> {
    try {
        return URL.createObjectURL(new Blob([await loadBytes(address)]));
    } catch {
        return address;
    }
}

class SeekRenderer implements Renderer {
    readonly width: number;
    readonly height: number;
    private wanted = 0;

    constructor(readonly surface: HTMLVideoElement) {
        this.width = surface.videoWidth;
        this.height = surface.videoHeight;
        surface.addEventListener('seeked', () => this.seek());
    }

    draw(view: View): void {
        this.wanted = ((view.x + 1) / 2) * this.surface.duration;
        this.seek();
    }

    resize(): void {}

    dispose(): void {
        URL.revokeObjectURL(this.surface.src);
        this.surface.removeAttribute('src');
        this.surface.load();
    }

    /** One jump at a time: a browser that is told of each forgets to show any. */
    private seek(): void {
        const video = this.surface;
        const halfFrame = 1 / 60;
        if (!video.seeking && Math.abs(video.currentTime - this.wanted) > halfFrame) {
            video.currentTime = this.wanted;
        }
    }
}
