from rest_framework.throttling import BaseThrottle


class AccountThrottle(BaseThrottle):
    def allow_request(self, request, view):
        return True
