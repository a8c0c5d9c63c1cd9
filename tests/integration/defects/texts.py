"""What happens to texts on their way: cut, blown up, read in the wrong encoding, escaped once too often."""

from __future__ import annotations

from tests.integration.defects.planting import Defect, changed, crowd, defect, extra, missing

COMMENTED = "comment is not null"  # the invoice that `preparation` gave a comment

TEXTS: tuple[Defect, ...] = (
    defect(
        "texts cut at 10 characters",
        "update ir_note set message = left(message, 10) where length(message) > 10 returning id",
        changed("note", "id={id}", "message", how="truncated"),
    ),
    defect(
        "texts without their last character",
        "update product_template set name = left(name, -1) returning id",
        crowd("product_template", "name", how="lost_last"),
    ),
    defect(
        "UTF-8 read as Latin-1",
        "update sale_sale set description = convert_from(convert_to(description, 'UTF8'), 'LATIN1')"
        " where description like 'Fr%' returning id",
        changed("sale", "id={id}", "description", how="mojibake"),
    ),
    defect(
        "letters that the encoding lacks are question marks",
        "update ir_note set message = regexp_replace(message, '[^\\x01-\\x7f]', '?', 'g') returning id",
        changed("note", "id={id}", "message", how="replaced"),
    ),
    defect(
        "blanks around texts are trimmed",
        "update product_product set description = btrim(description) where description <> btrim(description)"
        " returning id",
        changed("product", "id={id}", "description", how="blanks_lost"),
    ),
    defect(
        "texts padded with blanks",
        "update account_journal set code = rpad(code, 10) returning id",
        changed("journal", "id={id}", "code", how="blanks_added"),
    ),
    defect(
        "another case",
        "update product_product set code = lower(code) where code = 'G105' returning id",
        changed("product", "id={id}", "code", how="case"),
    ),
    defect(
        "NULL for the empty text",
        "update sale_sale set description = null where description = '' returning id",
        changed("sale", "id={id}", "description", how="empty_to_null"),
    ),
    defect(
        "the empty text for NULL",
        "update stock_shipment_in set reference = '' where reference is null returning id",
        changed("supplier_shipment", "id={id}", "reference", how="null_to_empty"),
    ),
    defect(
        "a code with full-width digits",
        "update party_party set code = 'P１００３' where code = 'P1003' returning id",
        missing("party", "code=P1003"),
        extra("party", "code=P１００３"),
    ),
    defect(
        "a tax number with full-width digits",
        "update party_identifier set code = replace(code, '1', '１') where id ="
        " (select min(id) from party_identifier where code like '%1%') returning id",
        changed("party_identifier", "id={id}", "code"),
    ),
    defect(
        "composed letters are decomposed",
        "update ir_note set message = normalize(message, NFD) where message <> normalize(message, NFD)"
        " returning id",
        changed("note", "id={id}", "message", how="unicode_form"),
    ),
    defect(
        "quotes and backslashes are escaped twice",
        r"update account_invoice set comment = replace(replace(comment, '\', '\\'), '''', '''''')"
        f" where {COMMENTED} returning id",
        changed("invoice", "id={id}", "comment"),
    ),
    defect(
        "texts escaped for HTML",
        "update party_party set name = replace(name, '&', '&amp;') where name like '%&%' returning code",
        changed("party", "code={code}", "name"),
    ),
    defect(
        "lines run together",
        f"update account_invoice set comment = replace(comment, E'\\n', ' ') where {COMMENTED} returning id",
        changed("invoice", "id={id}", "comment"),
    ),
    defect(
        "an attachment is cut",
        "update ir_attachment set data = substring(data from 1 for 10) where id ="
        " (select max(id) from ir_attachment) returning id",
        changed("attachment", "id={id}", "data"),
    ),
)
