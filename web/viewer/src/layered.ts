import { PhotoError } from './errors';
import type { View } from './motion';
import { makeProgram, makeTexture, sizeOf, type Program } from './program';
import type { Renderer, Source } from './renderer';
import { loadScene, type Scene } from './scene';
import { fragmentShader, vertexShader } from './shader';

export async function openLayered(source: Source): Promise<Renderer> {
    return new LayeredRenderer(await loadScene(source));
}

interface LayerOnCard {
    readonly color: WebGLTexture;
    readonly depth: WebGLTexture;
    readonly near: number;
    readonly far: number;
    /** Of the depth's texture. */
    readonly size: { readonly width: number; readonly height: number };
}

/** Draws the layers one over the other, each by a ray through every pixel. */
class LayeredRenderer implements Renderer {
    readonly surface = document.createElement('canvas');
    readonly width: number;
    readonly height: number;
    onContext: ((state: 'lost' | 'restored') => void) | undefined;

    private readonly gl: WebGL2RenderingContext;
    private program!: Program;
    private layers: LayerOnCard[] = [];

    constructor(private readonly scene: Scene) {
        this.width = scene.width;
        this.height = scene.height;
        const gl = this.surface.getContext('webgl2', { antialias: false, alpha: true });
        if (!gl) throw new PhotoError('webgl', 'This browser has no WebGL 2; the photo stays flat');
        this.gl = gl;
        this.surface.addEventListener('webglcontextlost', (event) => {
            event.preventDefault();
            this.onContext?.('lost');
        });
        this.surface.addEventListener('webglcontextrestored', () => {
            this.upload();
            this.onContext?.('restored');
        });
        this.upload();
    }

    draw(view: View): void {
        const { gl, scene } = this;
        const { program, uniforms } = this.program;
        const way = this.wayOf(view);
        gl.viewport(0, 0, this.surface.width, this.surface.height);
        gl.clearColor(0, 0, 0, 0);
        gl.clear(gl.COLOR_BUFFER_BIT);
        gl.useProgram(program);
        gl.uniform2f(uniforms['way']!, way.x, way.y);
        gl.uniform1f(uniforms['focus']!, scene.focus);
        for (const layer of this.layers) {
            gl.uniform1f(uniforms['near']!, layer.near);
            gl.uniform1f(uniforms['far']!, layer.far);
            gl.uniform1i(uniforms['steps']!, stepsFor(layer, way));
            gl.activeTexture(gl.TEXTURE0);
            gl.bindTexture(gl.TEXTURE_2D, layer.color);
            gl.activeTexture(gl.TEXTURE1);
            gl.bindTexture(gl.TEXTURE_2D, layer.depth);
            gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
        }
    }

    resize(width: number, height: number): void {
        const { gl } = this;
        const most = gl.getParameter(gl.MAX_RENDERBUFFER_SIZE) as number;
        // More pixels than the photo has show nothing more.
        const scale = Math.min(1, this.width / width, most / Math.max(width, height));
        this.surface.width = Math.max(1, Math.round(width * scale));
        this.surface.height = Math.max(1, Math.round(height * scale));
    }

    dispose(): void {
        this.onContext = undefined;
        this.gl.getExtension('WEBGL_lose_context')?.loseContext();
    }

    /** By how much inverse depth 1 and 0 part, in parts of a texture. */
    private wayOf(view: View): View {
        const { width, height, margin, shift } = this.scene;
        const pixels = (shift / 100) * width;
        return {
            x: (view.x * pixels) / (width + 2 * margin),
            y: (view.y * pixels) / (height + 2 * margin),
        };
    }

    private upload(): void {
        const { gl, scene } = this;
        this.program = makeProgram(gl, vertexShader, fragmentShader);
        const { program, uniforms } = this.program;
        try {
            this.layers = scene.layers.map(({ color, depth, near, far }) => ({
                color: makeTexture(gl, color),
                depth: makeTexture(gl, depth),
                near,
                far,
                size: sizeOf(depth),
            }));
        } catch {
            throw new PhotoError('texture', 'WebGL may not read a picture of this photo from its host');
        }
        const full = { width: scene.width + 2 * scene.margin, height: scene.height + 2 * scene.margin };
        gl.useProgram(program);
        gl.uniform1i(uniforms['color']!, 0);
        gl.uniform1i(uniforms['depth']!, 1);
        gl.uniform2f(uniforms['margin']!, scene.margin / full.width, scene.margin / full.height);
        gl.uniform2f(uniforms['frame']!, scene.width / full.width, scene.height / full.height);
        gl.enable(gl.BLEND);
        gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    }
}

/** So many that a ray steps over no more than a texel and a half of depth. */
function stepsFor(layer: LayerOnCard, way: View): number {
    const { width, height } = layer.size;
    const texels = (layer.near - layer.far) * Math.hypot(way.x * width, way.y * height);
    return Math.min(48, 1 + Math.ceil(texels / 1.5));
}
