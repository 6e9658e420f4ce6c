/* Stands in for the chart library of django-unfold (200 kB): no page of the operator has such a chart. */
