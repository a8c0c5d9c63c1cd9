-- What Tryton's migration page asks to run by hand before the update, for each series from 7.2 to 8.0,
-- as far as it concerns the modules of the demo. Order matters.

-- 7.2: empty strings become nulls, for these columns turn into references
UPDATE ir_ui_view SET model = NULL WHERE model = '';
UPDATE ir_action_act_window SET res_model = NULL WHERE res_model = '';
UPDATE ir_action_wizard SET model = NULL WHERE model = '';
UPDATE ir_action_report SET model = NULL WHERE model = '';
UPDATE ir_action_report SET module = NULL WHERE module = '';
UPDATE ir_translation SET module = NULL WHERE module = '';

-- 7.4: its only step is for product_price_list, which the demo does not use

-- 7.6: the models' own description has other column names
ALTER TABLE IF EXISTS ir_model RENAME COLUMN name TO string;
ALTER TABLE IF EXISTS ir_model RENAME COLUMN model TO name;
ALTER TABLE IF EXISTS ir_model_field RENAME COLUMN field_description TO string;

-- 7.8 and 8.0: only for modules that the demo does not use
