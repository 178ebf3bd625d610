import { Navigate } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { HomePage } from '@/home/HomePage';

/** Home is about value; who may not see that begins with the customers. */
export function StartPage() {
  const can = useCan();
  return can('value.read') ? <HomePage /> : <Navigate to="/customers" replace />;
}
