package dev.forebay.marketplace.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The SQL of the catalog. Each method is one statement. */
@Repository
class ItemQueries {

  private static final String CARD =
      "i.id, i.seller_id, i.category_id, i.place_id, i.title, i.condition, i.price, i.status, i.created_at";

  private final JdbcClient jdbc;

  ItemQueries(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Categories categories() {
    return new Categories(jdbc.sql(
            "select id, parent_id, slug, name, icon, hue from categories order by id")
        .query((row, number) -> new Category(
            row.getInt("id"),
            row.getObject("parent_id", Integer.class),
            row.getString("slug"),
            row.getString("name"),
            row.getString("icon"),
            row.getInt("hue")))
        .list());
  }

  Places places() {
    return new Places(jdbc.sql("select id, slug, name, region from places order by id")
        .query((row, number) -> new Place(
            row.getInt("id"),
            row.getString("slug"),
            row.getString("name"),
            row.getString("region")))
        .list());
  }

  List<Long> ids(Listing listing, Categories categories) {
    Where where = new Where(listing.filter(), categories);
    return jdbc.sql("select i.id from items i" + where + " order by "
            + listing.sort().order() + " limit :size offset :skip")
        .params(where.parameters)
        .param("size", Listing.PAGE_SIZE)
        .param("skip", (listing.page() - 1) * Listing.PAGE_SIZE)
        .query(Long.class)
        .list();
  }

  long count(Filter filter, Categories categories) {
    Where where = new Where(filter, categories);
    return jdbc.sql("select count(*) from items i" + where)
        .params(where.parameters)
        .query(Long.class)
        .single();
  }

  PriceFigures priceFigures(Filter filter, Categories categories) {
    Where where = new Where(filter, categories);
    return jdbc.sql("""
            select coalesce(min(i.price), 0) as lowest, coalesce(max(i.price), 0) as highest, count(*) as items,
                   coalesce(percentile_disc(0.5) within group (order by i.price), 0) as median
            from items i""" + where)
        .params(where.parameters)
        .query((row, number) -> new PriceFigures(
            row.getInt("lowest"),
            row.getInt("median"),
            row.getInt("highest"),
            row.getLong("items")))
        .single();
  }

  /** Counts the items of a search by each value of a column: category ids, place ids or conditions. */
  Map<String, Long> countBy(Facet facet, Filter filter, Categories categories) {
    Where where = new Where(filter, categories);
    Map<String, Long> counts = new HashMap<>();
    jdbc.sql("select " + facet.column() + "::text as value, count(*) as items from items i" + where
            + " group by 1")
        .params(where.parameters)
        .query(row -> {
          counts.put(row.getString("value"), row.getLong("items"));
        });
    return counts;
  }

  Map<Long, ItemCard> cards(Collection<Long> ids) {
    return jdbc
        .sql("select " + CARD + " from items i where i.id = any(:ids)")
        .param("ids", ids.toArray(Long[]::new))
        .query((row, number) -> card(row))
        .list()
        .stream()
        .collect(Collectors.toMap(ItemCard::id, Function.identity()));
  }

  Item item(long id) {
    return jdbc.sql("select " + CARD + ", i.description from items i where i.id = :id")
        .param("id", id)
        .query((row, number) -> new Item(card(row), row.getString("description")))
        .optional()
        .orElseThrow(() -> new NoSuchItem(Long.toString(id)));
  }

  List<PriceChange> priceChanges(long id) {
    return jdbc.sql(
            "select old_price, new_price, changed_at from price_changes where item_id = :id order by changed_at, id")
        .param("id", id)
        .query((row, number) -> new PriceChange(
            row.getInt("old_price"),
            row.getInt("new_price"),
            row.getObject("changed_at", OffsetDateTime.class).toInstant()))
        .list();
  }

  /** Items on offer of the same kind, the nearest in price first. */
  List<Long> similar(ItemCard card, int limit) {
    return jdbc.sql("""
            select i.id from items i
            where i.category_id = :category and i.status = 'available' and i.id <> :id and i.seller_id <> :seller
            order by abs(i.price - :price), i.id desc limit :limit""")
        .param("category", card.categoryId())
        .param("id", card.id())
        .param("seller", card.sellerId())
        .param("price", card.price())
        .param("limit", limit)
        .query(Long.class)
        .list();
  }

  List<Long> ofSeller(long seller, int limit) {
    return jdbc.sql("""
            select i.id from items i where i.seller_id = :seller and i.status = 'available'
            order by i.created_at desc, i.id desc limit :limit""")
        .param("seller", seller)
        .param("limit", limit)
        .query(Long.class)
        .list();
  }

  long countOfSeller(long seller) {
    return jdbc.sql("select count(*) from items where seller_id = :seller and status = 'available'")
        .param("seller", seller)
        .query(Long.class)
        .single();
  }

  /** Items on offer, the newest first. */
  List<Long> newest(int limit) {
    return jdbc.sql(
            "select id from items where status = 'available' order by created_at desc, id desc limit :limit")
        .param("limit", limit)
        .query(Long.class)
        .list();
  }

  List<Long> sellersOf(Collection<Long> ids) {
    return jdbc.sql("select distinct seller_id from items where id = any(:ids)")
        .param("ids", ids.toArray(Long[]::new))
        .query(Long.class)
        .list();
  }

  /** Locks the item until the transaction ends. */
  ItemCard lock(long id) {
    return jdbc.sql("select " + CARD + " from items i where i.id = :id for update")
        .param("id", id)
        .query((row, number) -> card(row))
        .optional()
        .orElseThrow(() -> new NoSuchItem(Long.toString(id)));
  }

  void update(long id, String title, int price) {
    jdbc.sql("update items set title = :title, price = :price where id = :id")
        .param("id", id)
        .param("title", title)
        .param("price", price)
        .update();
  }

  void markTraded(long id) {
    jdbc.sql("update items set status = 'traded' where id = :id")
        .param("id", id)
        .update();
  }

  void recordPriceChange(long id, int oldPrice, int newPrice) {
    jdbc.sql("insert into price_changes (item_id, old_price, new_price) values (:id, :old, :new)")
        .param("id", id)
        .param("old", oldPrice)
        .param("new", newPrice)
        .update();
  }

  private static ItemCard card(ResultSet row) throws SQLException {
    return new ItemCard(
        row.getLong("id"),
        row.getLong("seller_id"),
        row.getInt("category_id"),
        row.getInt("place_id"),
        row.getString("title"),
        Condition.bySlug(row.getString("condition")).orElseThrow(),
        row.getInt("price"),
        "available".equals(row.getString("status")),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }

  /** The condition of a filter, with its parameters. */
  private static final class Where {

    private final StringBuilder sql = new StringBuilder(" where i.status = 'available'");
    private final Map<String, Object> parameters = new HashMap<>();

    Where(Filter filter, Categories categories) {
      String category = filter.category();
      if (category != null) {
        List<Integer> within =
            categories.bySlug(category).map(categories::idsWithin).orElse(List.of());
        and("i.category_id = any(:categories)", "categories", within.toArray(Integer[]::new));
      }
      and("i.place_id = (select id from places where slug = :place)", "place", filter.place());
      Condition condition = filter.condition();
      and("i.condition = :condition", "condition", condition == null ? null : condition.slug());
      and("i.search @@ websearch_to_tsquery('english', :q)", "q", filter.q());
      and("i.price >= :minPrice", "minPrice", filter.minPrice());
      and("i.price <= :maxPrice", "maxPrice", filter.maxPrice());
    }

    private void and(String condition, String name, @Nullable Object value) {
      if (value != null) {
        sql.append(" and ").append(condition);
        parameters.put(name, value);
      }
    }

    @Override
    public String toString() {
      return sql.toString();
    }
  }
}
