"""How Discord is asked: when it may be, again after a passing fault, and what its refusals mean."""
