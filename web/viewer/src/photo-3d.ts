// <photo-3d> with the modes that need no other library.
import { Photo3D } from './element';
import { openLayered } from './layered';
import { openSeek } from './seek';

Photo3D.register('layered', openLayered);
Photo3D.register('seek', openSeek);
if (!customElements.get('photo-3d')) customElements.define('photo-3d', Photo3D);

export { Photo3D };
export type { DepthMeter } from './depth';
export { PhotoError, type ErrorPart } from './errors';
export type { Manifest, Layer } from './manifest';
export { presets, type Preset, type View } from './motion';
export type { Opener, Renderer, Source } from './renderer';
export type { TiltPermission } from './tilt';

declare global {
    interface HTMLElementTagNameMap {
        'photo-3d': Photo3D;
    }
}
