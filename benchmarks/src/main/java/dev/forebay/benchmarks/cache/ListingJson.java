package dev.forebay.benchmarks.cache;

import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** The JSON of the floors: Jackson 3 as ours and the peers use it. Safe for concurrent use. */
final class ListingJson {

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final ObjectReader READER = MAPPER.readerFor(Listing.class);
  private static final ObjectWriter WRITER = MAPPER.writerFor(Listing.class);

  private ListingJson() {}

  static byte[] write(Listing listing) {
    return WRITER.writeValueAsBytes(listing);
  }

  static Listing read(byte[] bytes) {
    return READER.readValue(bytes);
  }
}
