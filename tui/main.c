#include <stdio.h>

int main(void)
{
	puts("backcourt");
	return 3;
}
