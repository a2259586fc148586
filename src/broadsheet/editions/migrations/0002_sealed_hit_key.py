from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("editions", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="sealedhit",
            index=models.Index(models.F("seal"), models.F("key"), name="sealed_hit_key"),
        ),
    ]
