"""One customer's profile (客户画像): everything the record knows of them in one answer, and where it came from."""
