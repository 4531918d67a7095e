-- Orders as CSV, ten columns of different types: four reports and the large orders.
CREATE EXTERNAL TABLE orders (
  order_id BIGINT NOT NULL, ordered TIMESTAMP NOT NULL, customer VARCHAR NOT NULL, country VARCHAR NOT NULL,
  quantity INTEGER NOT NULL, amount DECIMAL(12, 2) NOT NULL, weight DOUBLE, express BOOLEAN NOT NULL,
  delivery DATE, note VARCHAR
) TYPE csv;

CREATE MATERIALIZED VIEW countries AS
SELECT country, COUNT(*) AS orders, SUM(amount) AS revenue, AVG(weight) AS mean_weight, MAX(ordered) AS last_order
FROM orders GROUP BY country;

CREATE MATERIALIZED VIEW customers AS
SELECT customer, COUNT(*) AS orders, SUM(quantity) AS articles, COUNT(*) FILTER (WHERE express) AS express_orders,
       MAX(amount) AS largest
FROM orders GROUP BY customer;

CREATE MATERIALIZED VIEW hours AS
SELECT date_trunc('hour', ordered) AS hour, country, COUNT(*) AS orders, SUM(amount * quantity) AS total
FROM orders GROUP BY 1, 2;

CREATE MATERIALIZED VIEW deliveries AS
SELECT delivery, express, COUNT(*) AS orders, MIN(weight) AS lightest, MAX(weight) AS heaviest, COUNT(note) AS notes
FROM orders WHERE quantity > 2 GROUP BY 1, 2;

CREATE STREAMING TABLE large_orders AS
SELECT order_id, customer, ordered, amount, note FROM orders WHERE amount >= 1900;
