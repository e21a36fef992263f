from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("followups", "0002_timeline_and_sops"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="timelineentry",
            index=models.Index(fields=["corp", "kind", "at", "customer"], name="ix_timeline_happened"),
        ),
    ]
