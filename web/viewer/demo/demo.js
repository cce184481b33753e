// The page's controls, as attributes of the photo.
const element = (id) => document.getElementById(id);
const photo = document.querySelector('photo-3d');

function showFile(input, attribute) {
    const [file] = input.files;
    if (!file) return;
    URL.revokeObjectURL(photo.getAttribute(attribute) ?? '');
    photo.setAttribute(attribute, URL.createObjectURL(file));
    photo.hidden = false;
}

element('photo').addEventListener('change', ({ target }) => {
    photo.removeAttribute('depth');
    element('depth').value = '';
    showFile(target, 'src');
});
element('depth').addEventListener('change', ({ target }) => showFile(target, 'depth'));
for (const name of ['mode', 'preset']) {
    element(name).addEventListener('change', ({ target }) => photo.setAttribute(name, target.value));
}
photo.addEventListener('ready', () => (element('status').textContent = 'Move over the photo.'));
photo.addEventListener('error', ({ message }) => (element('status').textContent = message));
