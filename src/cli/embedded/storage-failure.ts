/** What is wrong with the storage of an embedded API, in the words of the catalogue. */
import { StorageError, type StorageErrorCode } from '../../apiserver/storage/storage-error';
import { AdrasteiaError, type ErrorCode } from '../../errors';

const CODES: Readonly<Record<StorageErrorCode, ErrorCode>> = {
  StorageLocked: 'StorageLocked',
  StorageFormatUnknown: 'StorageFormatUnknown',
  StorageDamaged: 'StorageDamaged',
  StorageFull: 'StorageFull',
  StorageWriteFailed: 'StorageWriteFailed',
};

const WAYS_OUT: Readonly<Partial<Record<StorageErrorCode, string>>> = {
  StorageLocked: ', or choose another directory by --data, or --memory',
  StorageFormatUnknown:
    ': use the version of adra that wrote it, or another directory by --data, or remove what it holds by --reset',
  StorageDamaged: ': restore it from a copy, or remove what it holds by --reset',
};

/** A failure of a storage as an error of the catalogue; everything else as it is. */
export function storageFailure(error: unknown): unknown {
  if (!(error instanceof StorageError)) return error;
  return new AdrasteiaError(CODES[error.code], `${error.message}${WAYS_OUT[error.code] ?? ''}`, { cause: error });
}
