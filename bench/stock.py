"""The list as a stock ModelViewSet with ModelSerializers gives it: what the lean path is measured against."""

from django.urls import include, path
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ModelViewSet

from corps.policy import Act
from customers.models import Customer, CustomerTag
from customers.reading import COLUMNS


class StockTagSerializer(serializers.ModelSerializer):
    id = serializers.IntegerField(source="tag.id")
    name = serializers.CharField(source="tag.name")
    group_id = serializers.IntegerField(source="tag.group_id")

    class Meta:
        model = CustomerTag
        fields = ["id", "name", "group_id"]


class StockCustomerSerializer(serializers.ModelSerializer):
    tags = StockTagSerializer(source="tag_rows", many=True)

    class Meta:
        model = Customer
        fields = [*(c for c in COLUMNS if not c.endswith("_id")), "corp", "follow_user", "tags"]


class StockPages(PageNumberPagination):
    page_size = 20


class StockCustomers(ModelViewSet):
    """Well used: its queries are prefetched. Authentication, permission and scope are the service's own."""

    serializer_class = StockCustomerSerializer
    renderer_classes = [JSONRenderer]
    pagination_class = StockPages
    filter_backends = []
    acts = {"list": Act.CUSTOMER_READ}

    def get_queryset(self):
        rows = Customer.objects.visible_to(self.request.user).alive().order_by("-id")
        return rows.prefetch_related("tag_rows__tag")


router = SimpleRouter()
router.register("customers", StockCustomers, basename="stock")
urlpatterns = [path("api/v1/", include(router.urls))]
