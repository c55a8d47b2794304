/** The images of a question, each with the name by which its texts refer to it. */
export function Pictures({ images }) {
  if (!images?.length) return null;
  return (
    <div class="pictures">
      {images.map(({ url, altText, orderIndex }) => (
        <figure key={url} class="picture">
          <img class="picture__image" src={url} alt={altText || `Image ${orderIndex}, without a description`} />
          <figcaption class="picture__caption">Image {orderIndex}</figcaption>
        </figure>
      ))}
    </div>
  );
}
