-- Orders, CSV with six quoted columns and a header: revenue per country, and the large orders.
CREATE EXTERNAL TABLE orders (
  order_id BIGINT NOT NULL, customer VARCHAR NOT NULL, country VARCHAR,
  ordered DATE NOT NULL, amount DECIMAL(12, 2) NOT NULL CHECK (amount >= 0), note VARCHAR
) TYPE csv TBLPROPERTIES '{"header": "true"}';

CREATE MATERIALIZED VIEW revenue AS
SELECT coalesce(country, 'unknown') AS country, COUNT(*) AS orders, SUM(amount) AS revenue,
       MAX(ordered) AS last_order, arg_max(customer, amount) AS best_customer
FROM orders GROUP BY 1;

CREATE STREAMING TABLE large_orders AS
SELECT order_id, customer, ordered, amount FROM orders WHERE amount >= 1000 ORDER BY ordered, order_id;
