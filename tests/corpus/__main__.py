"""`python -m tests.corpus`: how many entries of bad input are tried, by kind and in all."""

from tests.corpus import sizes

if __name__ == "__main__":
    found = sizes()
    for kind, many in found.items():
        print(f"{many:>5}  {kind}")
    print(f"{found.total():>5}  in all")
