select pseudonym_key
from {{ source('raw_control', 'pseudonym_key') }}
