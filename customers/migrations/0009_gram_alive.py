from django.db import migrations, models, transaction

# Customers by one transaction: few enough to hold nobody up for long.
_AT_ONCE = 500


def _grams(text):
    """As customers/search.py makes them at the time of this migration."""
    lines = text.split("\n")
    return sorted({line[i : i + n] for line in lines for n in (1, 2) for i in range(len(line) - n + 1)})


def mark_the_deleted(apps, schema_editor):
    """The new column says of everybody that they are alive. May be run again."""
    Customer, last = apps.get_model("customers", "Customer"), 0
    while some := list(
        Customer.objects.filter(status=0, pk__gt=last).order_by("pk").values_list("pk", "corp_id", "search_text")[:_AT_ONCE]
    ):
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            for customer, corp, text in some:
                if grams := _grams(text):
                    marks = ", ".join(["%s"] * len(grams))
                    cursor.execute(
                        "UPDATE customer_gram SET alive = %s WHERE corp_id = %s AND customer_id = %s"
                        f" AND gram IN ({marks})",
                        [False, corp, customer, *grams],
                    )
        last = some[-1][0]


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0008_stages'),
    ]

    operations = [
        migrations.AddField(
            model_name='customergram',
            name='alive',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.RunPython(mark_the_deleted, migrations.RunPython.noop),
    ]
