-- How many rows one copy adds.
SELECT (SELECT count(*) FROM party_party) + (SELECT count(*) FROM party_address) +
       (SELECT count(*) FROM sale_sale) + (SELECT count(*) FROM sale_line) +
       (SELECT count(*) FROM account_move) + (SELECT count(*) FROM account_move_line)
