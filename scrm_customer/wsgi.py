import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scrm_customer.settings")
django = get_wsgi_application()
# They know the models, which can be imported once Django is set up.
application = import_string("customers.api.express.Express")(django)
import_string("core.rings.keep_apart")()
import_string("customers.privacy.viewing.keep")()
