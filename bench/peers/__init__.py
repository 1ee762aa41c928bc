"""What others run for the same purpose: locked, installed into `bench/.peers`, started."""
