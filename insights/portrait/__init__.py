"""What kind of people a segment holds (人群画像): how they are distributed, beside all customers."""
